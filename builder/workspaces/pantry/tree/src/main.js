import { createApp } from 'vue'
import App from './App.vue'

const app = createApp(App)

app.config.errorHandler = (error, instance, info) => {
  console.error(`Unhandled error in ${info}:`, error)
}

app.mount('#app')
